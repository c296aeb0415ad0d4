"""A snapshot's public tables for other programs: CSV, Excel, Stata and SPSS, each with a codebook."""
