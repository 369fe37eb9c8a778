"""Reports: exact figures of a period in the organization's time zone. docs/user/reports.md defines each figure."""
