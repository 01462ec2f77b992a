"""From a site's files to all that follows from them: read, checked, scored, person by person.

In two rounds, because people's months meet in between.  First each record alone: is it sound, and
what does it come to (`Placing`)?  Then, from these small values, where everybody stands and what is
shared out.  Then each person alone again, month after month, to the results.  Both rounds are
shared out over processes, and of both is kept what the next run would find again (`Kept`).
"""
