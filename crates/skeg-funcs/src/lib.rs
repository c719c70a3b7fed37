//! Every function that a chart's templates may call.
