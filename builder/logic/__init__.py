"""Conditions, formulas and rules as builders put them together: rows and boxes instead of JSON.

    condition ──read──► nodes with inputs ──drawn──► what a page posts ──edited──► condition

Every section of the builder uses the same editor (`places` knows what a condition may ask where it
stands).  What a condition holds that the rows cannot show is said in words and stays as it is.
"""
