"""click's own words, in French: click ships no catalogue and would mix two languages."""

from __future__ import annotations

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.shell_completion
import click.termui
import click.types
import click.utils

MESSAGES: dict[str, str] = {
    # headings and help
    "Usage:": "Utilisation\u00a0:",
    "Options": "Options\u00a0",
    "Commands": "Commandes\u00a0",
    "Positional arguments": "Arguments\u00a0",
    "Show this message and exit.": "Affiche cette aide et quitte.",
    "Show the version and exit.": "Affiche la version et quitte.",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "required": "obligatoire",
    "default: {default}": "par défaut\u00a0: {default}",
    "env var: {var}": "variable d’environnement\u00a0: {var}",
    "(dynamic)": "(calculé)",
    "deprecated": "obsolète",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    # usage errors
    "Error: {message}": "Erreur\u00a0: {message}",
    "Try '{command} {option}' for help.": (
        "«\u00a0{command} {option}\u00a0» donne le mode d’emploi."
    ),
    "Aborted!": "Interrompu.",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Argument manquant",
    "Missing option": "Option manquante",
    "Missing parameter": "Paramètre manquant",
    "Missing parameter: {param_name}": "Paramètre manquant\u00a0: {param_name}",
    "Missing {param_type}": "Il manque\u00a0: {param_type}",
    "No such option {name!r}.": "Option inconnue\u00a0: {name}.",
    "No such command {name!r}.": "Commande inconnue\u00a0: {name}.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility}\u202f?",
    "(Did you mean one of: {possibilities}?)": "Vouliez-vous dire\u00a0: {possibilities}\u202f?",
    "Invalid value: {message}": "Valeur incorrecte\u00a0: {message}",
    "Invalid value for {param_hint}: {message}": (
        "Valeur incorrecte pour {param_hint}\u00a0: {message}"
    ),
    "Option {name!r} does not take a value.": "L’option {name} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L’option {name} attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L’option {name} attend {nargs} valeurs.",
    "Argument {name!r} takes {nargs} values.": "L’argument {name} attend {nargs} valeurs.",
    "Got unexpected extra argument ({args})": "Argument en trop\u00a0: {args}",
    "Got unexpected extra arguments ({args})": "Arguments en trop\u00a0: {args}",
    "Takes {nargs} values but 1 was given.": "{nargs} valeurs attendues, une seule donnée.",
    "Takes {nargs} values but {len} were given.": "{nargs} valeurs attendues, {len} données.",
    "Value must be an iterable.": "La valeur doit être une liste.",
    "{len_type} values are required, but {len_value} was given.": (
        "{len_type} valeurs attendues, {len_value} donnée."
    ),
    "{len_type} values are required, but {len_value} were given.": (
        "{len_type} valeurs attendues, {len_value} données."
    ),
    "Choose from:\n\t{choices}": "Choix possibles\u00a0:\n\t{choices}",
    "Choice({choices})": "Choix({choices})",
    "{value!r} is not {choice}.": "«\u00a0{value}\u00a0» n’est pas {choice}.",
    "{value!r} is not one of {choices}.": ("«\u00a0{value}\u00a0» n’est pas l’un de {choices}."),
    "{value!r} does not match the format {format}.": (
        "«\u00a0{value}\u00a0» n’a pas la forme {format}."
    ),
    "{value!r} does not match the formats {formats}.": (
        "«\u00a0{value}\u00a0» n’a aucune des formes {formats}."
    ),
    "{value} is not in the range {range}.": "{value} n’est pas dans l’intervalle {range}.",
    "{value!r} is not a valid {number_type}.": "«\u00a0{value}\u00a0» n’est pas un nombre.",
    "{value!r} is not a valid boolean. Recognized values: {states}": (
        "«\u00a0{value}\u00a0» n’est ni vrai ni faux. Valeurs reconnues\u00a0: {states}"
    ),
    "{value!r} is not a valid UUID.": "«\u00a0{value}\u00a0» n’est pas un UUID.",
    "{name} {filename!r} does not exist.": "{name} «\u00a0{filename}\u00a0» introuvable.",
    "{name} {filename!r} is a file.": "{name} «\u00a0{filename}\u00a0» est un fichier.",
    "{name} {filename!r} is a directory.": "{name} «\u00a0{filename}\u00a0» est un dossier.",
    "{name} {filename!r} is not readable.": "{name} «\u00a0{filename}\u00a0» illisible.",
    "{name} {filename!r} is not writable.": "{name} «\u00a0{filename}\u00a0» protégé en écriture.",
    "{name} {filename!r} is not executable.": "{name} «\u00a0{filename}\u00a0» non exécutable.",
    "Could not open file {filename!r}: {message}": (
        "Impossible d’ouvrir «\u00a0{filename}\u00a0»\u00a0: {message}"
    ),
    "unknown error": "erreur inconnue",
    "Couldn't detect Bash version, shell completion is not supported.": (
        "Version de Bash inconnue\u00a0: la complétion n’est pas assurée."
    ),
    "Shell completion is not supported for Bash versions older than 4.4.": (
        "La complétion demande Bash 4.4 ou plus récent."
    ),
}

_MODULES = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.shell_completion,
    click.termui,
    click.types,
    click.utils,
)


def message(english: str) -> str:
    """The French of one of click's messages; an unknown message stays as it is."""
    return MESSAGES.get(english, english)


def plural(singular: str, several: str, count: int) -> str:
    """The French of a counted message: French is singular below two."""
    return message(several if abs(count) >= 2 else singular)


def install() -> None:
    """Make click speak French, by replacing the two gettext functions that its modules import."""
    for module in _MODULES:
        for name, function in (("_", message), ("ngettext", plural)):
            if hasattr(module, name):
                setattr(module, name, function)
