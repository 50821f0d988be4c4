//! Parquet files made by hand, byte by byte, which claim whatever a test wants.

/// A structure of Thrift's compact protocol in the making.
#[derive(Clone, Default)]
pub struct Structure {
    bytes: Vec<u8>,
    last: u8,
}

pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7F).expect("seven bits") | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("seven bits"));
    bytes
}

pub fn zigzag(value: i64) -> Vec<u8> {
    varint(((value << 1) ^ (value >> 63)).cast_unsigned())
}

const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

impl Structure {
    fn field(mut self, number: u8, kind: u8, value: &[u8]) -> Self {
        self.bytes.push(((number - self.last) << 4) | kind);
        self.last = number;
        self.bytes.extend_from_slice(value);
        self
    }

    pub fn i32(self, number: u8, value: i64) -> Self {
        self.field(number, I32, &zigzag(value))
    }

    pub fn i64(self, number: u8, value: i64) -> Self {
        self.field(number, I64, &zigzag(value))
    }

    pub fn text(self, number: u8, text: &str) -> Self {
        let value = [varint(text.len() as u64), text.as_bytes().to_vec()].concat();
        self.field(number, BINARY, &value)
    }

    pub fn structure(self, number: u8, inner: Self) -> Self {
        self.field(number, STRUCT, &inner.end())
    }

    pub fn structures(self, number: u8, inner: Vec<Self>) -> Self {
        let items: Vec<Vec<u8>> = inner.into_iter().map(Self::end).collect();
        self.list(number, STRUCT, items.len() as u64, &items.concat())
    }

    pub fn i32s(self, number: u8, values: &[i64]) -> Self {
        let items: Vec<u8> = values.iter().flat_map(|value| zigzag(*value)).collect();
        self.list(number, I32, values.len() as u64, &items)
    }

    pub fn texts(self, number: u8, texts: &[&str]) -> Self {
        let items: Vec<u8> = texts
            .iter()
            .flat_map(|text| [varint(text.len() as u64), text.as_bytes().to_vec()].concat())
            .collect();
        self.list(number, BINARY, texts.len() as u64, &items)
    }

    /// A list that claims to have so many elements.
    pub fn list(self, number: u8, kind: u8, claimed: u64, items: &[u8]) -> Self {
        let head = [vec![0xF0 | kind], varint(claimed), items.to_vec()].concat();
        self.field(number, LIST, &head)
    }

    pub fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// A file of two columns, `id` and `name`, which are the same one chunk.
#[derive(Clone)]
pub struct Crafted {
    /// Physical type and, for one of fixed length, its length.
    pub kind: i64,
    pub length: Option<i64>,
    pub codec: i64,
    pub rows: i64,
    /// What precedes the chunk's data pages, if there is a dictionary.
    pub dictionary: Option<Vec<u8>>,
    pub pages: Vec<u8>,
    /// What the footer claims of the chunk's length, if not the truth.
    pub chunk_length: Option<i64>,
}

pub const BYTE_ARRAY: i64 = 6;
pub const FIXED: i64 = 7;
pub const PLAIN: i64 = 0;
pub const DELTA_LENGTH: i64 = 6;
pub const DELTA_TEXT: i64 = 7;
pub const DICTIONARY: i64 = 8;
pub const UNCOMPRESSED: i64 = 0;
pub const SNAPPY: i64 = 1;
pub const GZIP: i64 = 2;
pub const ZSTD: i64 = 6;

impl Default for Crafted {
    fn default() -> Self {
        Self {
            kind: BYTE_ARRAY,
            length: None,
            codec: UNCOMPRESSED,
            rows: 1,
            dictionary: None,
            pages: page(1, PLAIN, None, &plain(&["x"])),
            chunk_length: None,
        }
    }
}

/// Texts as the plain encoding has them.
pub fn plain(texts: &[&str]) -> Vec<u8> {
    let each = |text: &&str| {
        let length = u32::try_from(text.len()).expect("short").to_le_bytes();
        [&length, text.as_bytes()].concat()
    };
    texts.iter().flat_map(each).collect()
}

/// A data page of so many values, claiming to expand to `expanded` bytes (if not as it is).
pub fn page(values: i64, encoding: i64, expanded: Option<i64>, body: &[u8]) -> Vec<u8> {
    sized_page(values, encoding, expanded, None, body)
}

/// The same, also claiming to be stored in so many bytes.
pub fn sized_page(
    values: i64,
    encoding: i64,
    expanded: Option<i64>,
    stored: Option<i64>,
    body: &[u8],
) -> Vec<u8> {
    let length = i64::try_from(body.len()).expect("small");
    let data = Structure::default().i32(1, values).i32(2, encoding).i32(3, 3).i32(4, 3);
    let header = Structure::default()
        .i32(1, 0)
        .i32(2, expanded.unwrap_or(length))
        .i32(3, stored.unwrap_or(length))
        .structure(5, data);
    [header.end(), body.to_vec()].concat()
}

/// A dictionary that claims so many values.
pub fn dictionary(values: i64, body: &[u8]) -> Vec<u8> {
    let length = i64::try_from(body.len()).expect("small");
    let of = Structure::default().i32(1, values).i32(2, PLAIN);
    let header = Structure::default().i32(1, 2).i32(2, length).i32(3, length).structure(7, of);
    [header.end(), body.to_vec()].concat()
}

impl Crafted {
    /// The nodes of the schema: the root and the columns.
    pub fn schema(&self) -> Vec<Structure> {
        let root = Structure::default().text(4, "schema").i32(5, 2);
        vec![root, self.leaf("id"), self.leaf("name")]
    }

    fn leaf(&self, name: &str) -> Structure {
        let leaf = Structure::default().i32(1, self.kind);
        let leaf = match self.length {
            Some(length) => leaf.i32(2, length),
            None => leaf,
        };
        let leaf = leaf.i32(3, 0).text(4, name);
        match self.kind {
            // A decimal; or text.
            FIXED => leaf.i32(6, 5).i32(7, 0).i32(8, 9),
            _ => leaf.i32(6, 0),
        }
    }

    pub fn footer(&self) -> Structure {
        let length = self.pages.len() + self.dictionary.as_ref().map_or(0, Vec::len);
        let length = self.chunk_length.unwrap_or(i64::try_from(length).expect("small"));
        let dictionary = self.dictionary.as_ref().map(Vec::len);
        let first_page = 4 + i64::try_from(dictionary.unwrap_or(0)).expect("small");
        let column = |name| {
            let chunk = Structure::default()
                .i32(1, self.kind)
                .i32s(2, &[PLAIN, 3, DICTIONARY])
                .texts(3, &[name])
                .i32(4, self.codec)
                .i64(5, self.rows)
                .i64(6, length)
                .i64(7, length)
                .i64(9, first_page);
            let chunk = if dictionary.is_some() { chunk.i64(11, 4) } else { chunk };
            Structure::default().i64(2, 4).structure(3, chunk)
        };
        let columns = vec![column("id"), column("name")];
        let group = Structure::default().structures(1, columns).i64(2, length).i64(3, self.rows);
        Structure::default()
            .i32(1, 2)
            .structures(2, self.schema())
            .i64(3, self.rows)
            .structures(4, vec![group])
    }

    pub fn file(&self) -> Vec<u8> {
        self.with_footer(self.footer())
    }

    /// The file with another footer.
    pub fn with_footer(&self, footer: Structure) -> Vec<u8> {
        let footer = footer.end();
        let length = u32::try_from(footer.len()).expect("small").to_le_bytes();
        let dictionary = self.dictionary.clone().unwrap_or_default();
        [b"PAR1".as_slice(), &dictionary, &self.pages, &footer, &length, b"PAR1"].concat()
    }
}
