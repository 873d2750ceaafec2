"""Random faults planted in random clean bases: all found, and nothing else."""

from __future__ import annotations

from audit_strategies import Planted, clean_bases, planted, subject
from hypothesis import given

from advisor.audit.check import all_checks, named
from advisor.audit.run import Audit, audit
from advisor.model.records import KnowledgeBase

STATIC = [check for check in named(()) if check.family != "dynamic"]


def audited(base: KnowledgeBase) -> Audit:
    """The audit by all checks but those of how well scenarios test a base."""
    return audit(subject(base), STATIC)


@given(clean_bases())
def test_a_random_clean_base_has_no_findings(base):
    """No false alarm, whatever the base."""
    assert audited(base).findings == ()


@given(planted())
def test_a_random_fault_is_found_and_nothing_else(case: Planted):
    """The check that it is for finds the fault, where it is, and no other check finds anything."""
    found = audited(case.base).findings
    assert [one.check for one in found] == [case.check], found
    assert {place.name for place in found[0].places} == case.about
    assert case.check in all_checks()
