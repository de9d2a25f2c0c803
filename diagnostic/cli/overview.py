"""The commands that exist, where each one lives and what `diagnostic --help` says of it."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A command: its module under diagnostic.cli, its object there, and its one line of help."""

    module: str
    attribute: str
    help: str


COMMANDS: dict[str, Entry] = {
    "build": Entry("build", "build", "Construit le dossier d’un territoire."),
    "validate": Entry("specs", "validate", "Vérifie des specs et montre toutes leurs fautes."),
    "new": Entry("specs", "new", "Écrit une spec commentée, prête à être modifiée."),
    "series": Entry("series", "series", "Cherche et montre les séries du catalogue."),
    "territory": Entry("territory", "territory", "Cherche et montre les territoires."),
    "data": Entry("data", "data", "Montre, télécharge et vérifie les données locales."),
    "doctor": Entry("doctor", "doctor", "Rapproche et inspecte les données locales."),
    "render": Entry("render", "render", "Refait un dossier depuis son fichier JSON."),
    "completion": Entry("completion", "completion", "Écrit la complétion d’un shell."),
}

EXAMPLE = "diagnostic build --spec sppe.yaml --commune 51649"
INTRODUCTION = "Construit des diagnostics territoriaux (PDF et HTML) à partir de données ouvertes."


def text() -> str:
    """What `diagnostic --help` prints."""
    width = max(map(len, COMMANDS))
    commands = [f"  {name:{width}}  {entry.help}" for name, entry in COMMANDS.items()]
    return "\n".join(
        [
            "Utilisation\u00a0: diagnostic [OPTIONS] COMMANDE [ARGUMENTS]…",
            "",
            f"  {INTRODUCTION}",
            "",
            "Options\u00a0:",
            "  --version   Affiche la version et quitte.",
            "  -h, --help  Affiche cette aide et quitte.",
            "",
            "Commandes\u00a0:",
            *commands,
            "",
            "Exemple\u00a0:",
            f"  {EXAMPLE}",
            "",
            "«\u00a0diagnostic COMMANDE --help\u00a0» détaille une commande.",
        ]
    )
