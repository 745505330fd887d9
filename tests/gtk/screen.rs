//! A framebuffer of X's (Xvfb), pictures of it, and a mouse.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WIDTH: usize = 640;
const HEIGHT: usize = 400;

/// A colour of GTK's usual theme, Adwaita: red, green, blue, and how far from it a pixel
/// may be.
pub type Colour = (i32, i32, i32, i32);
/// A bar, and a button that is suggested.
pub const BLUE: Colour = (53, 132, 228, 30);
/// A button that destroys.
pub const RED: Colour = (224, 27, 36, 30);

/// Asks again and again, for a minute at most.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < give_up, "not within a minute: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The framebuffer. It ends with this.
pub struct Screen {
    server: Child,
    /// What DISPLAY has to be.
    pub name: String,
}

impl Screen {
    pub fn start() -> Screen {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{WIDTH}x{HEIGHT}x24"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb");
        let mut number = String::new();
        let told = server.stdout.take().expect("a pipe");
        BufReader::new(told)
            .read_line(&mut number)
            .expect("a number");
        let name = format!(":{}", number.trim());
        Screen { server, name }
    }

    /// What is to be seen.
    pub fn picture(&self) -> Picture {
        let mut command = Command::new("import");
        command.args(["-window", "root", "-depth", "8", "rgb:-"]);
        let shot = command.env("DISPLAY", &self.name).output();
        let pixels = shot.expect("import").stdout;
        assert_eq!(pixels.len(), WIDTH * HEIGHT * 3, "a whole picture");
        Picture { pixels }
    }

    /// The mouse goes there, and its button is pressed.
    pub fn click(&self, (x, y): (usize, usize)) {
        let place = [x.to_string(), y.to_string()];
        let mut command = Command::new("xdotool");
        command.arg("mousemove").args(place).args(["click", "1"]);
        let done = command.env("DISPLAY", &self.name).status();
        assert!(done.is_ok_and(|status| status.success()), "xdotool");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A picture, of the screen's width.
pub struct Picture {
    pixels: Vec<u8>,
}

impl Picture {
    fn is(pixel: &[u8], (red, green, blue, far): Colour) -> bool {
        let near = |a: u8, b: i32| (i32::from(a) - b).abs() <= far;
        near(pixel[0], red) && near(pixel[1], green) && near(pixel[2], blue)
    }

    /// How many pixels are of that colour.
    pub fn count(&self, colour: Colour) -> usize {
        let pixels = self.pixels.chunks(3);
        pixels.filter(|pixel| Self::is(pixel, colour)).count()
    }

    /// The middle of what is of that colour.
    pub fn middle(&self, colour: Colour) -> Option<(usize, usize)> {
        let pixels = self.pixels.chunks(3).enumerate();
        let places: Vec<_> = pixels
            .filter(|(_, pixel)| Self::is(pixel, colour))
            .map(|(at, _)| (at % WIDTH, at / WIDTH))
            .collect();
        let middle = |of: fn(&(usize, usize)) -> usize| {
            let all = places.iter().map(of);
            Some((all.clone().min()? + all.max()?) / 2)
        };
        Some((middle(|place| place.0)?, middle(|place| place.1)?))
    }

    /// A part of it, as bytes.
    pub fn part(&self, x: usize, y: usize, width: usize, height: usize) -> Vec<u8> {
        let rows = self.pixels.chunks(WIDTH * 3).skip(y).take(height);
        rows.flat_map(|row| &row[x * 3..(x + width) * 3])
            .copied()
            .collect()
    }

    /// What is below that line.
    pub fn below(&self, y: usize) -> Picture {
        Picture {
            pixels: self.pixels[y * WIDTH * 3..].to_vec(),
        }
    }

    /// How far down the window goes: where it is not, the screen is black.
    pub fn height_of_window(&self) -> usize {
        let rows = self.pixels.chunks(WIDTH * 3);
        rows.filter(|row| row[..30].iter().any(|&byte| byte > 200))
            .count()
    }

    /// It is no blank picture: there is a light window with dark letters on it.
    pub fn is_a_window(&self) {
        let pixels = || self.pixels.chunks(3);
        let light = pixels()
            .filter(|p| p.iter().all(|&byte| byte > 230))
            .count();
        assert!(light > 50_000, "{light} light pixels");
        let inside = self.part(10, 10, 500, 150);
        let letters = inside
            .chunks(3)
            .filter(|p| p.iter().all(|&byte| byte < 120));
        let letters = letters.count();
        assert!(letters > 100, "{letters} pixels of letters");
    }

    /// Writes the window to a file.
    pub fn keep(&self, file: &Path) {
        let width = 560;
        let part = self.part(0, 0, width, self.height_of_window());
        let raw = std::env::temp_dir().join(format!("lwt_gtk_{}.rgb", std::process::id()));
        std::fs::write(&raw, &part).expect("a file");
        let size = format!("{width}x{}", part.len() / 3 / width);
        let from = format!("rgb:{}", raw.display());
        let mut command = Command::new("convert");
        command.args(["-size", &size, "-depth", "8", &from, "-strip"]);
        let done = command.arg(file).status();
        let _ = std::fs::remove_file(&raw);
        assert!(done.is_ok_and(|status| status.success()), "convert");
    }
}
