//! Memory of panels that are no longer needed.

/// Memory that was used and will be again: a panel that is taken out of it holds anything.
#[derive(Debug, Default)]
pub struct Buffers(Vec<Vec<f32>>);

impl Buffers {
    /// So many numbers, whatever they are: the smallest that is large enough, or fresh ones.
    #[must_use]
    pub fn take(&mut self, size: usize) -> Vec<f32> {
        let kept = self.0.iter().enumerate();
        let enough = kept.filter(|(_, buffer)| buffer.capacity() >= size);
        match enough.min_by_key(|(_, buffer)| buffer.capacity()) {
            None => vec![0.0; size],
            Some((at, _)) => {
                let mut buffer = self.0.swap_remove(at);
                buffer.resize(size, 0.0);
                buffer
            }
        }
    }

    /// Keeps what is no longer needed.
    pub fn give(&mut self, buffer: Vec<f32>) {
        if buffer.capacity() > 0 {
            self.0.push(buffer);
        }
    }
}
