"""A labeler held against people, against simple rules, against itself, and against instructions to the rater."""
