"""What every scenario of a base starts from: its background, and that its entities are there."""

from __future__ import annotations

from advisor.model.english import kinds
from advisor.model.errors import Location
from advisor.model.records import Entity, Instance, KnowledgeBase, SlotRef, SlotType, Template
from advisor.model.scenarios import Fact


def starting(base: KnowledgeBase) -> dict[Instance, Fact]:
    """The facts that every scenario over a base starts from, in order."""
    every = {
        fact.instance: fact
        for template in base.templates.values()
        if is_type_template(template)
        for entity in base.entities.values()
        if (fact := _there(template, entity)) is not None
    }
    found = {**base.background, **every}
    return {instance: found[instance] for instance in base.ordered(found)} if found else {}


def is_type_template(template: Template) -> bool:
    """Whether a template is made for `every`: its facts hold of all entities of a type."""
    return template.helper and template.id[:1].isupper()


def _there(template: Template, entity: Entity) -> Fact | None:
    """That an entity is of the type of a template."""
    if entity.type != template.id:
        return None
    instance = template.instance(entity.id)
    return Fact(instance=instance, standing="stated", origin="background", where=entity.where)


def type_template(name: str, where: Location) -> Template:
    """The template of facts that entities are of a type, which `every` matches."""
    slot = SlotType(kind="entity", types=(name,))
    noun = kinds(slot, "it")[0]
    article = "an" if noun[0] in "aeiou" else "a"
    says = (SlotRef("it", "name"), " ", SlotRef("it", "verb", "is", "are"), f" {article} {noun}")
    return Template(id=name, slots={"it": slot}, says=says, helper=True, where=where)
