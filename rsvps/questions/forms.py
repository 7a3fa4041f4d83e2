"""What hosts fill in to ask a question."""

from typing import Literal

from pydantic import Field

from rsvps.questions.sheet import AskedQuestion
from server.forms import Fields, Line, Prose


class QuestionFields(Fields):
    """A question as hosts put it. Its options are one per line; those of a preset are known by its name."""

    kind: Literal["text", "choice", "several"] = "text"
    prompt: Line = Field(max_length=200)
    options: Prose = Field("", max_length=5000)
    required: bool = False
    preset: Literal["", "access", "diet"] = ""

    def asked(self) -> AskedQuestion:
        """The question; what can be chosen only where one chooses."""
        lines = (" ".join(line.split()) for line in self.options.splitlines())
        options = tuple(dict.fromkeys(line for line in lines if line))
        if self.kind == "text":
            return AskedQuestion("text", self.prompt, self.required)
        return AskedQuestion(self.kind, self.prompt, self.required, options, self.preset)
