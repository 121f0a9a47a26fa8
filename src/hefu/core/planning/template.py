"""The house's plan to begin with (方案模板): the usual tasks, as people write them.

Two of them are given days 16 to 20 of a phase of 15, as such plans are found in practice: a plan
made of the template says so at once and offers both ways out, instead of hiding it.
"""

from datetime import date

from hefu.core.planning.plan import Phase, Plan, Task

_PREPARE = ((1, 5, "plan"), (6, 10, "scheme"), (11, 15, "resources"), (16, 20, "duties"))
_RUN = ((1, 5, "spread"), (6, 10, "promote"), (11, 15, "serve"), (16, 20, "deliver"))
_REVIEW = ((1, 5, "collect"), (6, 10, "evaluate"), (11, 15, "report"))

#: Their names, Chinese and English, by their IDs.
TITLES = {
    "plan": ("活动策划", "Plan the campaign"),
    "scheme": ("制定方案", "Write the scheme"),
    "resources": ("准备资源", "Get the resources"),
    "duties": ("人员分工", "Share out the duties"),
    "spread": ("宣传推广", "Spread the word"),
    "promote": ("促销执行", "Run the promotions"),
    "serve": ("客户服务", "Serve the customers"),
    "deliver": ("物流配送", "Deliver"),
    "collect": ("收集数据", "Collect the data"),
    "evaluate": ("效果评估", "Evaluate"),
    "report": ("总结报告", "Write the report"),
}


def template(starts_on: date, *, chinese: bool = True) -> Plan:
    """Return a plan with the usual tasks, each waiting for the one before it in its phase."""
    tasks: list[Task] = []
    for phase, rows in ((Phase.PREPARE, _PREPARE), (Phase.RUN, _RUN), (Phase.REVIEW, _REVIEW)):
        before = ""
        for first, last, name in rows:
            tasks.append(
                Task(
                    id=name, phase=phase, title=TITLES[name][0 if chinese else 1], first=first,
                    last=last, after=(before,) if before else (),
                )
            )  # fmt: skip
            before = name
    return Plan(starts_on=starts_on, tasks=tuple(tasks))
