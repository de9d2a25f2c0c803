"""All the producers at once, over one invented country."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import TracebackType

from . import families
from .cafdata import Cafdata
from .childcare import Childcare
from .country import Country
from .dares import Dares
from .drees import Drees
from .geography import CogApi, Geo
from .ground import Ground
from .loopback import Producer
from .melodi import Melodi
from .opendatasoft import Portal
from .outlines import Contours, Wfs
from .urssaf import Urssaf


class Producers:
    """Every producer, serving on ports of this machine. Use as a context, or start and stop.

    `communes` keeps those communes only (all of France when None).
    """

    def __init__(self, communes: Collection[str] | None = None, seed: int = 2026) -> None:
        """Nothing serves and nothing is worked out yet."""
        self.country = Country(seed, communes)
        self.cafdata = Cafdata(self.country)
        self.defm, self.care = Dares(self.country), Drees(self.country)
        self.childcare = Childcare(self.country)
        listed = [*self.cafdata.datasets(), *self.childcare.datasets()]
        listed += families.datasets(self.cafdata)
        self.caf = Portal("cafdata", "DIAGNOSTIC_CAFDATA_URL", listed)
        self.dares = Portal("dares", "DIAGNOSTIC_DARES_URL", self.defm.datasets())
        self.drees = Portal("drees", "DIAGNOSTIC_DREES_URL", self.care.datasets())
        self.melodi = Melodi(self.country)
        listed = Urssaf(self.country).datasets()
        self.urssaf = Portal("urssaf", "DIAGNOSTIC_URSSAF_URL", listed)

        self.ground = Ground(self.country)
        self.geo, self.cog = Geo(self.ground), CogApi(self.ground)
        self.contours, self.wfs = Contours(self.ground), Wfs(self.ground)

    def __iter__(self) -> Iterator[Producer]:
        """Each producer."""
        return iter(one for one in vars(self).values() if isinstance(one, Producer))

    def __enter__(self) -> Producers:
        """Serve."""
        for one in self:
            one.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every port."""
        for one in self:
            one.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead the program to these producers."""
        return {one.variable: one.url for one in self}

    def reset(self) -> None:
        """No fault, empty logs, quotas unspent, today's COG. What was revised stays revised."""
        self.ground.reset()
        for one in self:
            one.reset()

    def revise(self, what: str = "caf") -> None:
        """A new edition of a producer's counts: some change, the dates of its data move."""
        self.country.revise(what)
        producer = getattr(self, what)
        for name in producer.cubes if what == "melodi" else producer.shelf.datasets:
            producer.revise(name)
