//! What a file is by its first bytes, and the line that makes a `.npy` or `.csv` file of one that is neither.

use crate::net::foreign::is_hidden;
use crate::net::spec::shell_word;

/// Bytes that are looked at.
pub(super) const LOOKED_AT: usize = 4096;

/// A kind of file that is not read.
struct FileKind {
    /// What it is.
    what: &'static str,
    is: fn(&[u8]) -> bool,
    convert: Convert,
}

/// How a file becomes one that is read.
#[derive(Clone, Copy)]
enum Convert {
    /// A program of Python 3 with these modules, whose arguments are the file and the new `.npy` file.
    Python(&'static str),
    /// A command of the shell in which `{}` is the file, and what it writes: the file without its last extension, or with another.
    Shell(&'static str, Option<&'static str>),
    /// There is nothing to convert.
    Nothing(&'static str),
}

use Convert::{Nothing, Python, Shell};

/// What stands somewhere in the bytes.
fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The first that is so, from the particular to the general.
const KINDS: &[FileKind] = &[
    FileKind {
        what: "a NumPy archive (.npz)",
        is: |b| is_zip(b) && has(b, b".npy"),
        convert: Python(
            "import sys, numpy as np; z = np.load(sys.argv[1]); np.save(sys.argv[2], z[z.files[0]])",
        ),
    },
    FileKind {
        what: "a file of PyTorch",
        is: |b| is_zip(b) && (has(b, b"/data.pkl") || has(b, b"/version")),
        convert: Python(
            "import sys, numpy as np, torch; np.save(sys.argv[2], torch.load(sys.argv[1], weights_only=True).numpy())",
        ),
    },
    FileKind {
        what: "a file of PyTorch (before version 1.6)",
        is: |b| {
            has(
                &b[..b.len().min(32)],
                b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
            )
        },
        convert: Python(
            "import sys, numpy as np, torch; np.save(sys.argv[2], torch.load(sys.argv[1], weights_only=True).numpy())",
        ),
    },
    FileKind {
        what: "an Excel workbook (.xlsx)",
        is: |b| {
            is_zip(b)
                && (has(b, b"[Content_Types].xml") || has(b, b"xl/") || has(b, b"_rels/.rels"))
        },
        convert: Python(
            "import sys, numpy as np, pandas as pd; np.save(sys.argv[2], pd.read_excel(sys.argv[1]).select_dtypes('number'))",
        ),
    },
    FileKind {
        what: "a ZIP archive",
        is: is_zip,
        convert: Nothing("unpack it by unzip and give the file that was in it"),
    },
    FileKind {
        what: "compressed by gzip",
        is: |b| b.starts_with(b"\x1f\x8b"),
        convert: Shell("gzip -dc {}", None),
    },
    FileKind {
        what: "compressed by bzip2",
        is: |b| b.starts_with(b"BZh"),
        convert: Shell("bzip2 -dc {}", None),
    },
    FileKind {
        what: "compressed by xz",
        is: |b| b.starts_with(b"\xfd7zXZ\0"),
        convert: Shell("xz -dc {}", None),
    },
    FileKind {
        what: "compressed by zstd",
        is: |b| b.starts_with(b"\x28\xb5\x2f\xfd"),
        convert: Shell("zstd -dc {}", None),
    },
    FileKind {
        what: "a Python pickle",
        is: |b| b.len() > 2 && b[0] == 0x80 && (2..=5).contains(&b[1]),
        convert: Python(
            "import sys, numpy as np, pickle; np.save(sys.argv[2], pickle.load(open(sys.argv[1], 'rb')))",
        ),
    },
    FileKind {
        what: "a file of safetensors",
        is: |b| b.len() > 9 && b[4..8] == [0; 4] && b[8..10] == *b"{\"",
        convert: Python(
            "import sys, numpy as np; from safetensors.numpy import load_file; np.save(sys.argv[2], next(iter(load_file(sys.argv[1]).values())))",
        ),
    },
    FileKind {
        what: "an HDF5 file",
        is: |b| b.starts_with(b"\x89HDF\r\n\x1a\n"),
        convert: Python(
            "import sys, numpy as np, h5py; f = h5py.File(sys.argv[1]); np.save(sys.argv[2], f[list(f)[0]][()])",
        ),
    },
    FileKind {
        what: "a Parquet file",
        is: |b| b.starts_with(b"PAR1"),
        convert: Python(
            "import sys, numpy as np, pandas as pd; np.save(sys.argv[2], pd.read_parquet(sys.argv[1]).select_dtypes('number'))",
        ),
    },
    FileKind {
        what: "an Arrow or Feather file",
        is: |b| b.starts_with(b"ARROW1"),
        convert: Python(
            "import sys, numpy as np, pandas as pd; np.save(sys.argv[2], pd.read_feather(sys.argv[1]).select_dtypes('number'))",
        ),
    },
    FileKind {
        what: "a MATLAB file",
        is: |b| b.starts_with(b"MATLAB 5.0"),
        convert: Python(
            "import sys, numpy as np, scipy.io; m = scipy.io.loadmat(sys.argv[1]); np.save(sys.argv[2], next(v for k, v in m.items() if k[0] != '_'))",
        ),
    },
    FileKind {
        what: "an IDX file, as MNIST has",
        is: |b| b.len() > 4 && b[..2] == [0, 0] && b[2] == 8 && (1..=4).contains(&b[3]),
        convert: Python(
            "import sys, numpy as np; b = open(sys.argv[1], 'rb').read(); d = b[3]; s = np.frombuffer(b, '>i4', d, 4); np.save(sys.argv[2], np.frombuffer(b, 'u1', -1, 4 + 4 * d).reshape(s[0], -1))",
        ),
    },
    FileKind {
        what: "an image",
        is: |b| {
            let starts: [&[u8]; 6] = [
                b"\x89PNG\r\n\x1a\n",
                b"\xff\xd8\xff",
                b"GIF8",
                b"II*\0",
                b"MM\0*",
                b"BM",
            ];
            let webp = b.starts_with(b"RIFF") && b.get(8..12) == Some(b"WEBP");
            // two letters alone are no bitmap
            let bitmap = !b.starts_with(b"BM") || b.get(6..10) == Some(&[0; 4]);
            webp || bitmap && starts.iter().any(|start| b.starts_with(start))
        },
        convert: Python(
            "import sys, numpy as np; from PIL import Image; np.save(sys.argv[2], np.asarray(Image.open(sys.argv[1]).convert('L')))",
        ),
    },
    FileKind {
        what: "UTF-16 text",
        is: |b| b.starts_with(b"\xff\xfe") || b.starts_with(b"\xfe\xff"),
        convert: Shell("iconv -f UTF-16 -t UTF-8 {}", Some("utf8.csv")),
    },
    FileKind {
        what: "an old Excel workbook (.xls) or another OLE document",
        is: |b| b.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        convert: Nothing("save it as CSV"),
    },
    FileKind {
        what: "a pointer of Git LFS, not the file itself",
        is: |b| b.starts_with(b"version https://git-lfs"),
        convert: Nothing("type git lfs pull"),
    },
    FileKind {
        what: "a web page",
        is: |b| {
            let start: Vec<u8> = b.iter().take(64).map(u8::to_ascii_lowercase).collect();
            let start = start.trim_ascii_start();
            start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
        },
        convert: Nothing("download the file itself"),
    },
    FileKind {
        what: "a tar archive",
        is: |b| b.get(257..262) == Some(b"ustar"),
        convert: Nothing("unpack it by tar -xf"),
    },
    FileKind {
        what: "a PDF document",
        is: |b| b.starts_with(b"%PDF-"),
        convert: Nothing("save its table as CSV"),
    },
];

/// What a file is that is neither `.npy` nor text, and what to do with it.
pub(super) fn recognised(path: &str, start: &[u8]) -> Option<(&'static str, String)> {
    if start.starts_with(super::npy_header::MAGIC) {
        return None;
    }
    let Some(kind) = KINDS.iter().find(|kind| (kind.is)(start)) else {
        let binary = start.contains(&0);
        return binary.then(|| {
            let advice = "save the numbers by numpy.save(path, x)";
            ("no text but bytes of an unknown kind", advice.to_owned())
        });
    };
    let (file, stem) = names(path);
    let word = shell_word(&file);
    let advice = match kind.convert {
        Python(program) => {
            let new = stem + ".npy";
            let to = shell_word(&new);
            format!("type python3 -c \"{program}\" {word} {to} and give {to}")
        }
        Shell(command, extension) => {
            let new = match extension {
                Some(extension) => format!("{stem}.{extension}"),
                None if stem.contains('.') => stem,
                None => stem + ".csv",
            };
            let to = shell_word(&new);
            format!("type {} > {to} and give {to}", command.replace("{}", &word))
        }
        Nothing(advice) => advice.to_owned(),
    };
    Some((kind.what, advice))
}

/// The path and the path without its last extension, as they can be typed; placeholders where they cannot.
fn names(path: &str) -> (String, String) {
    const LONGEST: usize = 200;
    if path.chars().any(is_hidden) || path.len() > LONGEST {
        return ("FILE".into(), "NEW".into());
    }
    // a name that begins with a dash would be read as a flag
    let path = match path.strip_prefix('-') {
        Some(_) => format!("./{path}"),
        None => path.to_owned(),
    };
    let folder = path.rfind('/').map_or(0, |at| at + 1);
    let stem = match path[folder..].rfind('.') {
        Some(dot) if dot > 0 => &path[..folder + dot],
        _ => &path,
    };
    let stem = stem.to_owned();
    (path, stem)
}
