"""Reads the state of a search's window from a checkpoint, and tells whether another checkpoint has less."""
import re

NO_END = str(2**127)  # for a search without --to


class Frontier:
    """A checkpoint as it was read; an empty text means that there is none yet."""

    def __init__(self, text=""):
        self.text = text
        lines = text.splitlines()
        keys = [line.split(" ", 1)[0] for line in lines]
        behind = next((i for i, key in enumerate(keys) if key in ("open", "checksum")), 0)
        first = keys.index("plan") if "plan" in keys else behind
        self.plan = lines[first:behind]
        self.reached = self.number(r"^reached (\d+)$")
        self.elapsed_s = self.number(r"^elapsed (\d+)$") / 1e9
        window = re.search(r"^open (\d+) \d+ \d+ (\d+) (\d+)$", text, re.M)
        self.end, self.tasks, self.next_task = map(int, window.groups()) if window else (self.reached, 0, 0)
        self.begun = {int(task) for line in lines if line.startswith("begun ") for task in line.split()[1:]}

    def number(self, pattern):
        found = re.search(pattern, self.text, re.M)
        return int(found.group(1)) if found else 0

    @classmethod
    def read(cls, path):
        try:
            with open(path, encoding="ascii") as file:
                return cls(file.read())
        except FileNotFoundError:
            return cls()

    def looks(self):
        """Whether it follows the plan of a first look, which is for a part of the range."""
        return self.plan != [] and self.plan[0].split() != ["plan", NO_END]

    def done(self):
        """The number of tasks of its window that are done."""
        return self.next_task - len(self.begun)

    def lacks(self, before):
        """What an earlier checkpoint had and this one has not, in words; or an empty text."""
        if self.reached < before.reached:
            return f"it had reached {before.reached}, and is at {self.reached}"
        if before.tasks == 0 or self.reached > before.reached:
            return ""  # it is past a window only once the window is done, or the answer is found
        if self.plan != before.plan:
            return f"{before.done()} tasks of {before.tasks} were done by a plan that it no longer follows"
        if (self.end, self.tasks) != (before.end, before.tasks):
            return f"{before.done()} tasks of {before.tasks} were done of a window that it is no longer in"
        lost = {task for task in self.begun if task < before.next_task and task not in before.begun}
        lost |= set(range(self.next_task, before.next_task)) - before.begun
        return f"{len(lost)} of {before.done()} tasks that were done would be done again" if lost else ""
