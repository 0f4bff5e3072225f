//! Files of other kinds, told by their first bytes, and the line that converts them.

use std::fs;
use std::path::PathBuf;

use initscope::net::input::Input;

use super::{file, refusal};

fn zip(entry: &str) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([0; 22]);
    bytes.extend((entry.len() as u16).to_le_bytes());
    bytes.extend([0; 2]);
    bytes.extend(entry.as_bytes());
    bytes
}

#[test]
fn every_kind_is_told_by_its_first_bytes_whatever_it_is_called() {
    let mut tar = vec![b'x'; 257];
    tar.extend(b"ustar\x0000");
    let pickle = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02";
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (
            zip("arr_0.npy"),
            "a NumPy archive (.npz)",
            "np.load(sys.argv[1])",
        ),
        (zip("archive/data.pkl"), "a file of PyTorch", "torch.load("),
        (
            pickle.to_vec(),
            "a file of PyTorch (before version 1.6)",
            "torch.load(",
        ),
        (
            zip("[Content_Types].xml"),
            "an Excel workbook (.xlsx)",
            "pd.read_excel(",
        ),
        (zip("x.csv"), "a ZIP archive", "unzip"),
        (
            b"\x1f\x8b\x08\0".to_vec(),
            "compressed by gzip",
            "type gzip -dc ",
        ),
        (
            b"BZh91AY".to_vec(),
            "compressed by bzip2",
            "type bzip2 -dc ",
        ),
        (b"\xfd7zXZ\0".to_vec(), "compressed by xz", "type xz -dc "),
        (
            b"\x28\xb5\x2f\xfd".to_vec(),
            "compressed by zstd",
            "type zstd -dc ",
        ),
        (
            b"\x80\x04\x95\x10".to_vec(),
            "a Python pickle",
            "pickle.load(",
        ),
        (
            b"\x40\0\0\0\0\0\0\0{\"x\":{}}".to_vec(),
            "a file of safetensors",
            "load_file(",
        ),
        (b"\x89HDF\r\n\x1a\n".to_vec(), "an HDF5 file", "h5py.File("),
        (b"PAR1\x15".to_vec(), "a Parquet file", "pd.read_parquet("),
        (
            b"ARROW1\0\0".to_vec(),
            "an Arrow or Feather file",
            "pd.read_feather(",
        ),
        (
            b"MATLAB 5.0 MAT-file".to_vec(),
            "a MATLAB file",
            "scipy.io.loadmat(",
        ),
        (
            b"\0\0\x08\x03\0\0\x27\x10".to_vec(),
            "an IDX file, as MNIST has",
            "np.frombuffer(",
        ),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "an image", "Image.open("),
        (b"\xff\xd8\xff\xe0".to_vec(), "an image", "Image.open("),
        (
            b"\xff\xfe1\0,\0".to_vec(),
            "UTF-16 text",
            "type iconv -f UTF-16 -t UTF-8 ",
        ),
        (
            b"\xfe\xff\x001\x00,".to_vec(),
            "UTF-16 text",
            "type iconv -f UTF-16 -t UTF-8 ",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            "an old Excel workbook (.xls) or another OLE document",
            "CSV",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\n".to_vec(),
            "a pointer of Git LFS, not the file itself",
            "git lfs pull",
        ),
        (
            b"\n<!DOCTYPE html><html>".to_vec(),
            "a web page",
            "download",
        ),
        (tar, "a tar archive", "tar -xf"),
        (b"%PDF-1.7".to_vec(), "a PDF document", "CSV"),
        (
            b"1,2\n3,\0\n".to_vec(),
            "no text but bytes of an unknown kind",
            "numpy.save",
        ),
    ];
    for (bytes, what, advice) in &cases {
        for name in ["kind.csv", "kind.npy", "kind.bin"] {
            let message = refusal(name, bytes);
            assert!(
                message.starts_with(&format!("input `@` is {what}, neither .npy nor CSV: ")),
                "{message}"
            );
            assert!(message.contains(advice), "{message}");
        }
    }
    // a matrix of NumPy is one whatever it is called
    let matrix =
        fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/npy/version_1.npy"));
    let path = file("matrix.dat", &matrix.expect("there"));
    assert_eq!(Input::load(&path).expect("a matrix").dim(), Some(3));
}

#[test]
fn a_line_that_converts_names_the_files_as_a_shell_needs_them() {
    let path = file("it's gz.csv.gz", b"\x1f\x8b\x08\0");
    let message = Input::load(&path).expect_err("gzip").to_string();
    let quoted = |path: &str| format!("'{}'", path.replace('\'', r"'\''"));
    let new = quoted(path.strip_suffix(".gz").expect("as named"));
    assert!(
        message.ends_with(&format!(
            ": type gzip -dc {} > {new} and give {new}",
            quoted(&path)
        )),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_directories_are_refused_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| {
        directory
            .path()
            .join(name)
            .to_str()
            .expect("ASCII")
            .to_owned()
    };
    std::os::unix::fs::symlink("/dev/zero", at("zero.csv")).expect("linked");
    fs::create_dir(at("folder.npy")).expect("made");
    let pipe = at("pipe.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    for path in [at("zero.csv"), at("folder.npy"), pipe, "/dev/zero".into()] {
        assert_eq!(
            Input::load(&path).expect_err("no file").to_string(),
            format!("input `{path}` is no regular file; write its numbers into one first")
        );
    }
}
