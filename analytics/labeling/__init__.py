"""Labels per call: sentiment, outcome and predicted NPS, and how well a labeler agrees with people."""
