"""Who works in the demo: the sign-ins of each role and a dozen colleagues."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Colleague:
    """One account of the demo; `role` is a role of the disputes tool."""

    name: str
    title: str
    role: str | None
    share: int = 0
    """How much of the work they take, compared with the others."""
    is_admin: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@acme.example"


COLLEAGUES: Final = (
    Colleague("operator", "Maya Okafor", "analyst", 11),
    Colleague("lead", "Jonas Thiele", "lead", 2),
    Colleague("approver", "Rina Sato", "approver"),
    Colleague("auditor", "Ingrid Solberg", "auditor"),
    Colleague("builder", "Amir Khan", "lead", 1),
    Colleague("admin", "Nora Lindqvist", None, is_admin=True),
    Colleague("amelie", "Amélie Durand", "analyst", 10),
    Colleague("tomasz", "Tomasz Wójcik", "analyst", 9),
    Colleague("priya", "Priya Raghunathan", "analyst", 12),
    Colleague("kwame", "Kwame Mensah", "analyst", 10),
    Colleague("yusuf", "Yusuf Öztürk", "analyst", 7),
    Colleague("hana", "Hana Nováková", "analyst", 9),
    Colleague("diego", "Diego Muñoz Peña", "analyst", 6),
    Colleague("linh", "Nguyễn Thùy Linh", "analyst", 8),
    Colleague("siobhan", "Siobhán O’Connor", "analyst", 5),
    Colleague("olena", "Olena Kovalchuk", "lead", 2),
    Colleague("zanele", "Zanele Dlamini", "approver"),
    Colleague("noor", "Noor Al-Sayed", "agent_external", 4),
    Colleague("mateus", "Mateus Gonçalves", "agent_external", 3),
)
SIGN_INS: Final = ("operator", "lead", "approver", "auditor", "builder", "admin")
"""Those who can sign in, named after what they do; the others only have done things."""


def with_role(role: str) -> tuple[Colleague, ...]:
    """The colleagues who have a role of the disputes tool."""
    return tuple(person for person in COLLEAGUES if person.role == role)
