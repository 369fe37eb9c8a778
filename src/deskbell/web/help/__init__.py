"""The help centre: pages, feeds and votes for visitors, without scripts."""
