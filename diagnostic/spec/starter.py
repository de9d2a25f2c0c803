"""The commented spec that a newcomer starts from."""

from __future__ import annotations

import json
import re

from diagnostic.errors import UsageError
from diagnostic.spec.grammar import IDENTIFIER

_TEXT = """\
# yaml-language-server: $schema=docs/spec.schema.json
# Une spec dit ce qu’un dossier montre.
# Vérifiez-la :  diagnostic validate {name}.yaml
# Essayez-la :   diagnostic build --spec {name}.yaml --commune 51649
# Toutes les clés sont expliquées dans docs/spec.md.

spec: 1                            # version de cette forme
id: {name}
title: {title}
subtitle: "Diagnostic territorial"
levels: [commune, epci]            # territoires pour lesquels la spec vaut
benchmarks: [epci, epci_hors_commune, departement, region, france, epci_communes]

# Les indicateurs. Cherchez une série :  diagnostic series search naissances
indicators:
  naissances:                      # un effectif, qui se somme
    label: "Naissances domiciliées"
    series: insee.naissances
    unit: "naissances"

  niveau_de_vie:                   # une valeur publiée, qui ne se somme jamais
    label: "Niveau de vie médian"
    published: insee.filosofi.mediane
    unit: "€ par an et par unité de consommation"
    unit_short: "€ par an"

  prime_activite:                  # un rapport : numérateur sur dénominateur
    label: "Foyers percevant la prime d’activité"
    numerator: caf.ppa.foyers
    denominator: caf.ndur.foyers
    nested: true                   # le numérateur est compris dans le dénominateur : une part
    unit: "% des foyers allocataires"
    unit_short: "%"

# La page « L’essentiel ».
essentials:
  figures: [niveau_de_vie, prime_activite, naissances]
  map: niveau_de_vie
  map_reference: departement

# Les sections, dans l’ordre des pages. Méthode, sources et secret s’ajoutent d’elles-mêmes.
sections:
  - id: familles
    title: "Les familles et leurs besoins"
    blocks:
      - figures: [niveau_de_vie, prime_activite]
      - map: niveau_de_vie
      - chart: evolution
        indicators: [naissances]
        benchmarks: [epci_hors_commune]
      - table: comparison
        indicators: [niveau_de_vie, prime_activite, naissances]
      - text:
          markdown: |
            Ce texte est le vôtre. Il peut nommer le territoire ({{territoire}}) et son
            EPCI ({{epci}}).
    questions:
      - "Combien de demandes d’accueil sont restées sans réponse au 1ᵉʳ septembre ?"
"""


def starter(name: str) -> str:
    """The text of a new spec called `name`. Raises UsageError when it cannot be an identifier."""
    if len(name) > IDENTIFIER.longest or not re.fullmatch(IDENTIFIER.pattern, name):
        raise UsageError(
            f"«\u00a0{name}\u00a0» ne peut pas nommer une spec",
            hint="Un nom commence par une minuscule sans accent et n’a que des minuscules, des "
            f"chiffres et des tirets, {IDENTIFIER.longest} signes au plus\u00a0: petite-enfance.",
        )
    title = name.replace("-", " ").replace("_", " ").capitalize()
    return _TEXT.format(name=name, title=json.dumps(title))
