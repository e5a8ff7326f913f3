# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the questions to TestMetricFilter, slowly, and keeps each answer at once, so that a second run goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from questions import MATCH, NO_MATCH, REJECTED_WORD, Question

REJECTIONS = ("InvalidParameterException", "ValidationException")


@dataclass(frozen=True)
class Answer:
    """What AWS said: which messages match, by their numbers from 1, or with which words it rejects the pattern."""

    matched: Sequence[int] = ()
    rejected: str = ""

    def says(self, number: int) -> str:
        """Return what AWS says of the message with this number."""
        if self.rejected:
            return REJECTED_WORD
        return MATCH if number in self.matched else NO_MATCH


class Kept:
    """The answers so far: a file with a line for each, which an interruption can cut short but not spoil."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._answers: dict[str, Answer] = {}
        if file.is_file():
            for line in file.read_text().splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue  # the line that was being written
                self._answers[entry["question"]] = Answer(entry["matched"], entry["rejected"])

    def get(self, question: Question) -> Answer | None:
        """Return the answer to a question, if it was asked already."""
        return self._answers.get(_key(question))

    def add(self, question: Question, answer: Answer) -> None:
        """Keep an answer."""
        self._answers[_key(question)] = answer
        entry = {"question": _key(question), **asdict(answer)}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a") as lines:
            # After a line that was cut short, so that this one is not lost with it.
            lines.write(("\n" if _ends_within_a_line(self._file) else "") + json.dumps(entry) + "\n")


def ask(
    logs: Any, questions: Iterable[Question], kept: Kept, rate: float, tell: Callable[[int], None]
) -> dict[Question, Answer]:
    """Return the answer to each question; ask those that were not asked yet, at most `rate` of them a second.

    `tell` is told how many were asked. TestMetricFilter takes 5 calls a second of an account and Region ('CloudWatch
    Logs quotas'). Raises ClientError for anything but a rejected pattern.
    """
    answers = {}
    asked = 0
    for question in questions:
        answer = kept.get(question)
        if answer is None:
            if asked:
                time.sleep(1 / rate)
            answer = _asked(logs, question)
            kept.add(question, answer)
            asked += 1
            tell(asked)
        answers[question] = answer
    return answers


def _asked(logs: Any, question: Question) -> Answer:
    try:
        answer = logs.test_metric_filter(filterPattern=question.pattern, logEventMessages=question.messages)
    except ClientError as error:
        if error.response["Error"]["Code"] not in REJECTIONS:
            raise
        return Answer(rejected=error.response["Error"].get("Message") or error.response["Error"]["Code"])
    # By their text, as our modules know them: AWS's documents do not agree on the number of the first event.
    matched = {match["eventMessage"] for match in answer["matches"]}
    return Answer([number for number, message in enumerate(question.messages, start=1) if message in matched])


def _key(question: Question) -> str:
    return sha256(json.dumps([question.pattern, question.messages]).encode()).hexdigest()


def _ends_within_a_line(file: Path) -> bool:
    return file.stat().st_size > 0 and not file.read_bytes().endswith(b"\n")
