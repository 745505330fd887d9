//! A terminal of tmux with a program in it: another emulator, which nobody of ours has
//! written or chosen for its manners.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::house::process::run;

const PATIENCE: Duration = Duration::from_secs(30);

/// A tmux of its own, with one window.
pub struct Tmux {
    socket: PathBuf,
}

impl Tmux {
    /// Starts a program with `sh -c`, and leaves what it has shown when it is over.
    pub fn start(folder: &Path, columns: u16, lines: u16, program: &str) -> Tmux {
        let tmux = Tmux {
            socket: folder.join(format!("tmux{columns}")),
        };
        // The window stays when the program is over: a shell waits in it.
        let held = format!("{program}; echo over $?; read line");
        tmux.command(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &columns.to_string(),
            "-y",
            &lines.to_string(),
            &held,
        ]);
        tmux
    }

    fn command(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command
            .arg("-u")
            .arg("-S")
            .arg(&self.socket)
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("TMUX");
        run(&mut command, Duration::from_secs(30))
            .expect_success("tmux")
            .out
    }

    /// What is to be seen.
    pub fn screen(&self) -> String {
        self.command(&["capture-pane", "-p"])
    }

    /// Waits until a text is to be seen.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return;
            }
            assert!(Instant::now() < end, "{text} is not to be seen:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses keys, by tmux's names for them, or characters.
    pub fn presses(&self, keys: &[&str]) {
        let mut arguments = vec!["send-keys"];
        arguments.extend(keys);
        self.command(&arguments);
    }

    /// Types a text.
    pub fn types(&self, text: &str) {
        self.presses(&["-l", "--", text]);
    }

    /// Waits until the cursor is in this column of this row, counted from 0.
    #[track_caller]
    pub fn cursor_is(&self, column: u16, row: u16) {
        let end = Instant::now() + PATIENCE;
        let place = format!("{column},{row}");
        loop {
            let is = self.knows("cursor_x},#{cursor_y");
            if is == place {
                return;
            }
            let screen = self.screen();
            assert!(
                Instant::now() < end,
                "the cursor is at {is}, not {place}:\n{screen}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The window gets another size.
    pub fn resize(&self, columns: u16, lines: u16) {
        let (columns, lines) = (columns.to_string(), lines.to_string());
        self.command(&["resize-window", "-x", &columns, "-y", &lines]);
    }

    /// What tmux knows of the terminal, such as `alternate_on`.
    pub fn knows(&self, what: &str) -> String {
        let format = format!("#{{{what}}}");
        let told = self.command(&["display-message", "-p", &format]);
        told.trim().into()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let mut kill = Command::new("tmux");
        let _ = kill.arg("-S").arg(&self.socket).arg("kill-server").output();
    }
}
