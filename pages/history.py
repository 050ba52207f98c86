"""What was decided and done, in plain words: batches, runs, prices asked for, and who did what."""

from console import widgets
from console.language import _

PARTS = {
    "decisions": widgets.show_decisions,
    "runs": widgets.show_runs,
    "prices": widgets.show_requests,
    "actions": widgets.show_actions,
}

widgets.heading(_("History"), _("What was decided and done, batch by batch and run by run."))
names = {
    "decisions": _("Decisions"),
    "runs": _("Runs"),
    "prices": _("Prices asked for"),
    "actions": _("Actions"),
}
PARTS[widgets.pick_button(_("Show"), list(PARTS), "show", "decisions", names.__getitem__)]()
