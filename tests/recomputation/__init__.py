"""Every number of the reports worked out a second time, from the raw CSV files, by other code."""
