//! Digests of files that are read out of order: a thread of its own reads each
//! once more, while others decode it.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::super::EngineError;
use super::files::{self, Listed, Meter};

/// A meter for each file, in the order they were asked for.
type Meters = Vec<Result<Meter, EngineError>>;

/// The digests that were asked for so far.
#[derive(Default)]
pub(super) struct Digests {
    queue: Option<Sender<(PathBuf, String)>>,
    thread: Option<JoinHandle<Meters>>,
    asked: usize,
    done: Meters,
}

impl Digests {
    /// Asks for the digest of a file; its place among the others.
    pub fn ask(&mut self, file: &Listed) -> usize {
        let (path, name) = (file.path.clone(), file.name.clone());
        if self.queue.is_none() {
            self.join();
            let (sender, receiver) = channel();
            self.queue = Some(sender);
            self.thread = Some(std::thread::spawn(move || work(&receiver)));
        }
        if let Some(queue) = &self.queue {
            // The other end waits until this one is dropped.
            let _ = queue.send((path, name));
        }
        self.asked += 1;
        self.asked - 1
    }

    /// Waits for all of them.
    pub fn join(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            self.done.extend(thread.join().unwrap_or_default());
        }
    }

    /// One of them, after waiting.
    pub fn get(&self, at: usize) -> Option<&Result<Meter, EngineError>> {
        self.done.get(at)
    }

    /// The first fault, after waiting.
    pub fn fault(&self) -> Option<&EngineError> {
        self.done.iter().find_map(|meter| meter.as_ref().err())
    }
}

fn work(queue: &Receiver<(PathBuf, String)>) -> Meters {
    queue.iter().map(|(path, name)| files::meter(&path, &name)).collect()
}
