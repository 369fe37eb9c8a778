"""The whole configuration of an organization's workflow as one text: fields, statuses, forms, macros and rules."""
