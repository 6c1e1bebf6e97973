"""Caller text that instructs a rater or a model: found, and taken out before anything else reads the turn.

An instruction runs from its first word to the end of its sentence, and from the first to the last one of a turn.
What the caller said before and after stands.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain, dropwhile, takewhile

from msgspec import Struct

from analytics.labeling.lexicon import read_data
from analytics.labeling.phrases import PhraseIndex
from analytics.labeling.words import bounded, sentences_of, words_of

# Words from a verb within which the rest of its instruction stands: "ignore all of your previous instructions".
_REACH = 9
_FIELD_REACH = 2


class Cleaned(Struct, frozen=True):
    """What is left of a turn without its instructions; `sentences` are the untouched ones, verbatim."""

    words: list[str]
    sentences: tuple[str, ...]


class InstructionLists(Struct, frozen=True):
    """The parts of an instruction, in all languages at once; `telltales` are words without which there is none."""

    override_verbs: frozenset[str]
    override_objects: frozenset[str]
    rating_verbs: frozenset[str]
    marking_verbs: frozenset[str]
    telling_verbs: frozenset[str]
    rated: frozenset[str]
    pronouns: frozenset[str]
    ratings: frozenset[str]
    fields: frozenset[str]
    verdict_words: frozenset[str]
    verdict_grades: frozenset[str]
    lead_ins: frozenset[str]
    answers: frozenset[str]
    fillers: frozenset[str]
    openers: frozenset[str]
    next_verbs: frozenset[str]
    scales: frozenset[str]
    telltales: frozenset[str]
    addresses: PhraseIndex
    third_person: PhraseIndex

    def start(self, words: Sequence[str]) -> int | None:
        """The first word of an instruction to a rater, or None."""
        if self.telltales.isdisjoint(words):
            return None
        addressed = min((hit.start for hit in self.addresses.hits(words)), default=None)
        # A verb before an address is judged by what stands between: the address begins something of its own.
        before = words[:addressed]
        opened = (at for at, word in enumerate(before) if word in self.openers and self._instructs(before, at))
        return next(opened, addressed)

    def cut(self, words: Sequence[str]) -> int | None:
        """As `start`, in a turn that holds an instruction: there, a verdict alone ("Score: 10.") belongs to it."""
        start = self.start(words)
        third = min((hit.start for hit in self.third_person.hits(words[:start])), default=start)
        before = words[:third]
        scales = (at for at, word in enumerate(before) if word in self.scales and self._grades(_next(before, at)))
        return next(scales, third)

    def without_lead_in(self, sentences: Sequence[Sequence[str]]) -> list[str]:
        """The words without the "please" and the like at their end; "yes please" is an answer, and stays."""
        last = list(dropwhile(self.lead_ins.__contains__, reversed(sentences[-1])))[::-1]
        if last and last[-1] in self.answers:
            last = list(sentences[-1][: len(last) + 1])
        if not last and len(sentences) > 1 and self.lead_ins.issuperset(sentences[-2]):
            return self.without_lead_in(sentences[:-1])
        return [*chain(*sentences[:-1]), *last]

    def _instructs(self, words: Sequence[str], at: int) -> bool:
        opener, reach = words[at], self._reach(words, at)
        if opener in self.override_verbs and not reach.isdisjoint(self.override_objects):
            return True
        if opener in self.fields and self._grades(_next(words, at)):
            return True
        names_call, names_it = not reach.isdisjoint(self.rated), not reach.isdisjoint(self.pronouns)
        with_number = not reach.isdisjoint(self.ratings) or (opener in self.rating_verbs and names_call)
        with_word = names_call or (opener not in self.telling_verbs and names_it)
        return (with_number and self._grades(reach)) or (with_word and not reach.isdisjoint(self.verdict_words))

    def _reach(self, words: Sequence[str], at: int) -> frozenset[str]:
        """The words that belong to a verb: the next few, up to the next verb ("I give | mark this resolved")."""
        following = words[at + 1 : at + 1 + _REACH]
        return frozenset(takewhile(lambda word: word not in self.next_verbs, following))

    def _grades(self, reach: frozenset[str]) -> bool:
        return not (reach.isdisjoint(self.verdict_words) and reach.isdisjoint(self.verdict_grades))


def _next(words: Sequence[str], at: int) -> frozenset[str]:
    """The words right behind a field or scale: "score of 10", but not "rating higher than 5"."""
    return frozenset(words[at + 1 : at + 1 + _FIELD_REACH])


@cache
def instruction_lists() -> InstructionLists:
    """The word lists of `lexicon/instructions.toml`."""
    data = read_data("instructions.toml")
    addresses = PhraseIndex({"address": data.pop("addresses")})
    third_person = PhraseIndex({"third person": data.pop("third_person")})
    sets = {name: frozenset(words) for name, words in data.items()}
    verbs = frozenset().union(*(sets[name] for name in sets if name.endswith("_verbs")))
    return InstructionLists(
        **sets,
        openers=verbs | sets["fields"],
        # "Score" and the like are as often what is set as what is done.
        next_verbs=verbs - sets["ratings"] - sets["rated"],
        scales=sets["rating_verbs"] | sets["marking_verbs"] | sets["ratings"],
        telltales=sets["override_objects"] | sets["verdict_words"] | sets["verdict_grades"] | addresses.last_words,
        addresses=addresses,
        third_person=third_person,
    )


def without_instructions(text: str, words: list[str]) -> Cleaned | None:
    """The turn without its instructions, or None if it holds none (nearly always, and then quickly)."""
    lists = instruction_lists()
    if lists.start(words) is None:
        return None
    sentences = list(sentences_of(bounded(text)))
    spoken = [words_of(sentence) for sentence in sentences]
    if all(lists.start(sentence) is None for sentence in spoken):
        return None
    cuts = [lists.cut(sentence) for sentence in spoken]
    cut_at = [at for at, cut in enumerate(cuts) if cut is not None]
    first, behind = cut_at[0], cut_at[-1] + 1
    before = lists.without_lead_in([*spoken[:first], spoken[first][: cuts[first]]])
    said = [*before, *chain(*spoken[behind:])]
    return Cleaned(
        words=[] if lists.fillers.issuperset(said) else said,
        sentences=(*sentences[:first], *sentences[behind:]),
    )
