//! Short notices that go by themselves or are dismissed.

/// What a notice tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Something was done.
    Done,
    /// Something could not be done.
    Failed,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Names it for dismissal.
    pub id: u64,
    /// What it tells of.
    pub kind: ToastKind,
    /// A sentence.
    pub text: String,
}
