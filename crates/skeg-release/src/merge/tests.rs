//! Tables of merges, and the laws they obey.
