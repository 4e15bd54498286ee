"""Finds the programs of a worker, which import each other by name from one folder."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = os.path.normpath(os.path.join(HERE, "../../../worker/files"))
CERTIFICATES = os.path.normpath(os.path.join(HERE, "../../cli/doctor/certificates"))

sys.path.insert(0, FILES)
