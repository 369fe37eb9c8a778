"""Reports: exact figures of a period, by the organization's own calendar. docs/user/reports.md says what each one counts."""
