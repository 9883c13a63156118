"""placeholder special"""
