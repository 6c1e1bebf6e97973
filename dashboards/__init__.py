"""The weekly page: figures as pure functions of frames, one template, one stylesheet."""
