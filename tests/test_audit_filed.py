"""What keeps the audit from comparing all pairs finds exactly what comparing all pairs finds."""

from __future__ import annotations

from hypothesis import given
from strategies import Features, cases

from advisor.audit.chain import Openings, derivation
from advisor.audit.overlap import Filed, meet

PLENTY = Features(keys=True)


@given(cases(PLENTY))
def test_filed_patterns_meet_what_all_of_them_meet_one_by_one(case):
    """Filed by their values, patterns and facts meet the same terms as compared one by one."""
    base = case.scenario.base
    patterns = [p for rule in base.rules for p in (*rule.conditions(), *rule.conclusions)]
    for name, template in base.templates.items():
        listed = [pattern.terms for pattern in patterns if pattern.template == name]
        listed += [one.values for one in case.scenario.facts if one.template == name]
        filed = Filed(template, listed)
        for one in listed:
            near = set(filed.near(one))
            others = {n for n, other in enumerate(listed) if meet(template, one, other)}
            assert others <= near
            assert filed.meets(one) == bool(others)
        for half in (listed[::2], listed[1::2]):
            for one in listed:
                alone = any(meet(template, one, other) for other in half)
                assert Filed(template, half).meets(one) == alone


class Everything(Openings):
    """All rules, for whatever facts."""

    def for_facts(self, facts):
        """Every rule of the base."""
        return self.everything


@given(cases(PLENTY))
def test_a_chain_is_found_as_by_trying_every_rule(case):
    """The rules filed for some facts are enough: the chains are those found by trying all rules."""
    base = case.scenario.base
    openings, everything = Openings(base), Everything(base)
    everything.everything = {rule.id: rule for rule in base.rules}
    for rule in base.rules:
        assert derivation(base, openings, rule, ()) == derivation(base, everything, rule, ())
