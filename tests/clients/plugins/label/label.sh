#!/bin/bash
# A post-renderer: every Service gets an annotation with the words it was called with.
sed "s/^kind: Service\$/kind: Service\n# labelled: $*/; s/^  message: .*/&\n  labelled: \"yes $*\"/"
