"""What hosts fill in to ask a question."""

from typing import Literal

from pydantic import Field

from rsvps.questions.sheet import MOST_OPTIONS, AskedQuestion
from server.errors import Refusal
from server.forms import Fields, Line, Prose

LONGEST_OPTION = 100


class QuestionFields(Fields):
    """A question as hosts put it. Its options are one per line; those of a preset are known by its name."""

    kind: Literal["text", "choice", "several"] = "text"
    prompt: Line = Field(max_length=200)
    options: Prose = Field("", max_length=5000)
    required: bool = False
    preset: Literal["", "access", "diet"] = ""

    def asked(self) -> AskedQuestion:
        """The question. Raises a Refusal about its options."""
        lines = (" ".join(line.split()) for line in self.options.splitlines())
        options = tuple(dict.fromkeys(line for line in lines if line))
        if self.kind == "text":
            return AskedQuestion("text", self.prompt, self.required)
        if len(options) < 2:
            raise Refusal("Please give at least two things to choose from, one per line.", field="options")
        if len(options) > MOST_OPTIONS:
            raise Refusal(f"Please give at most {MOST_OPTIONS} things to choose from.", field="options")
        if any(len(option) > LONGEST_OPTION for option in options):
            raise Refusal(f"Please keep each line under {LONGEST_OPTION} characters.", field="options")
        return AskedQuestion(self.kind, self.prompt, self.required, options, self.preset)
