"""The portal: customers ask, follow their requests and manage their account, without scripts."""
