"""Clinical ideas, one a file: pure functions of a chart.

A concept may use another concept, never a rule. What it concludes is kept on the chart by `@concept`.
"""
