//! Many networks at a glance: the compare view and the atlas.

mod atlas;
mod compare;
