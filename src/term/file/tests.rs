//! What becomes of files, links, pipes and devices.

use super::*;

#[test]
fn a_file_is_kept_unless_it_is_to_be_replaced_and_nothing_else_is_left() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.svg");
    write(&path, b"first", Existing::Kept).expect("written");
    let refused = write(&path, b"second", Existing::Kept).expect_err("it exists");
    assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).expect("readable"), b"first");
    write(&path, b"third", Existing::Replaced).expect("replaced");
    assert_eq!(fs::read(&path).expect("readable"), b"third");
    assert_eq!(fs::read_dir(directory.path()).expect("readable").count(), 1);
}

#[test]
fn an_error_does_not_name_the_temporary_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("none").join("a.svg");
    let error = write(&path, b"", Existing::Replaced).expect_err("no directory");
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(!error.to_string().contains("initscope"), "{error}");
}

#[test]
fn a_directory_is_no_file() {
    let directory = tempfile::tempdir().expect("a directory");
    assert_eq!(
        Destination::of(directory.path()),
        Destination::Other("a directory")
    );
    assert!(write(directory.path(), b"x", Existing::Replaced).is_err());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    #[test]
    fn links_are_followed_and_stay() {
        let directory = tempfile::tempdir().expect("a directory");
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("far")).expect("made");
        symlink("far/a.svg", at("link")).expect("linked");
        // it leads to nothing yet
        write(&at("link"), b"first", Existing::Kept).expect("written");
        assert_eq!(fs::read(at("far/a.svg")).expect("readable"), b"first");
        let refused = write(&at("link"), b"second", Existing::Kept).expect_err("it exists");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        write(&at("link"), b"third", Existing::Replaced).expect("replaced");
        assert_eq!(fs::read(at("far/a.svg")).expect("readable"), b"third");
        assert!(
            fs::symlink_metadata(at("link"))
                .expect("there")
                .is_symlink()
        );
        symlink("round", at("round")).expect("linked");
        assert_eq!(
            Destination::of(&at("round")),
            Destination::Other("a link to itself")
        );
    }

    #[test]
    fn a_replaced_file_keeps_its_mode() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a.svg");
        fs::write(&path, b"old").expect("written");
        for mode in [0o600, 0o644, 0o755, 0o444] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).expect("set");
            write(&path, b"new", Existing::Replaced).expect("replaced");
            let now = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(now & 0o7777, mode);
        }
    }

    #[test]
    fn a_pipe_and_a_device_stay_what_they_are() {
        let directory = tempfile::tempdir().expect("a directory");
        let pipe = directory.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo").success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read(pipe)
        });
        write(&pipe, b"through", Existing::Replaced).expect("written");
        assert_eq!(reader.join().expect("no panic").expect("read"), b"through");
        assert!(
            fs::symlink_metadata(&pipe)
                .expect("there")
                .file_type()
                .is_fifo()
        );
        for existing in [Existing::Kept, Existing::Replaced] {
            write(Path::new("/dev/null"), b"gone", existing).expect("written");
        }
        let null = fs::metadata("/dev/null").expect("there").file_type();
        assert!(null.is_char_device());
    }
}
