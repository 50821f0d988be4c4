//! Messages laid out as SHA-256 reads them: each padded to whole blocks as it is written, so that
//! a kernel only has to load.

use zeroize::Zeroize;

/// Bytes that SHA-256 takes at once.
pub(crate) const BLOCK_BYTES: usize = 64;

/// Bytes of a chunk of a message.
pub const CHUNK_BYTES: usize = 16;

/// A block of a padded message.
pub(crate) type Block = [u8; BLOCK_BYTES];

/// Bytes of the padding that is never left out: the bit that ends the message, and its length.
const LEAST_PADDING: usize = 1 + LENGTH_BYTES;
const LENGTH_BYTES: usize = 8;

/// A list of messages to be hashed under one key.
///
/// To be cleared and filled again: no message allocates once the list has grown to its size. All
/// that was ever written is wiped when the list grows out of its memory and when it is dropped.
#[derive(Default)]
pub struct Messages {
    blocks: Vec<Block>,
    /// For each message, the number of blocks up to its end.
    ends: Vec<u32>,
    /// The places of the messages of one block, which are most, of two, and of more.
    places: [Vec<u32>; 3],
}

impl Messages {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many messages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Forgets all messages. Their memory is kept for others and wiped when the list is dropped.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.ends.clear();
        self.places.iter_mut().for_each(Vec::clear);
    }

    /// Appends a message.
    ///
    /// # Panics
    /// As [`Message::finish`] does.
    #[inline]
    pub fn push(&mut self, message: &[u8]) {
        let mut open = self.begin();
        open.extend(message);
        open.finish();
    }

    /// Begins a message, to be written piece by piece. It is one of the list once it is finished.
    #[inline]
    pub fn begin(&mut self) -> Message<'_> {
        let start = self.end();
        // What an unfinished message has left.
        self.blocks.truncate(start);
        self.grow_to(start + 1);
        Message { list: self, start, length: 0 }
    }

    /// The blocks of the message at this place.
    #[inline]
    pub(crate) fn blocks_of(&self, place: u32) -> &[Block] {
        let place = place as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.blocks[start..self.ends[place] as usize]
    }

    /// The places of the messages, those of fewer blocks first.
    pub(crate) fn by_blocks(&self) -> Vec<u32> {
        let [one, two, more] = &self.places;
        let mut places = [one.as_slice(), two, more].concat();
        places[one.len() + two.len()..].sort_unstable_by_key(|place| self.blocks_of(*place).len());
        places
    }

    /// The number of blocks of all finished messages.
    #[inline]
    fn end(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// Appends blocks of zeros until there are as many as this.
    #[inline]
    fn grow_to(&mut self, blocks: usize) {
        if blocks > self.blocks.capacity() {
            self.move_to(blocks.max(2 * self.blocks.capacity()));
        }
        while self.blocks.len() < blocks {
            self.blocks.push([0; BLOCK_BYTES]);
        }
    }

    /// Moves the blocks to greater memory; a list that grows by itself would leave a copy behind.
    #[cold]
    fn move_to(&mut self, capacity: usize) {
        let mut moved = Vec::with_capacity(capacity);
        moved.extend_from_slice(&self.blocks);
        wipe(&mut self.blocks);
        self.blocks = moved;
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        wipe(&mut self.blocks);
    }
}

/// Overwrites all memory of a list, in use or not. What is not in use is overwritten at the speed
/// of memory, blocks in use byte by byte: hence they are given up before.
fn wipe(blocks: &mut Vec<Block>) {
    blocks.clear();
    blocks.zeroize();
}

/// A message that is being written. Dropped without [`Message::finish`], it was never there.
pub struct Message<'m> {
    list: &'m mut Messages,
    /// The block that the message starts with.
    start: usize,
    /// Bytes written.
    length: usize,
}

impl Message<'_> {
    /// Appends bytes to the message.
    #[inline]
    pub fn extend(&mut self, bytes: &[u8]) {
        let (start, end) = (self.length, self.length + bytes.len());
        if end <= BLOCK_BYTES {
            self.first_block()[start..end].copy_from_slice(bytes);
            self.length = end;
            return;
        }
        self.list.grow_to(self.start + end.div_ceil(BLOCK_BYTES));
        self.bytes()[start..end].copy_from_slice(bytes);
        self.length = end;
    }

    /// Appends the first `length` bytes of chunks that have only zeros after them: a copy of
    /// constant length is one instruction.
    ///
    /// Zeros are asked for because what an unfinished block holds beyond the message is hashed
    /// with it.
    ///
    /// # Panics
    /// If the chunks hold fewer bytes.
    #[inline]
    pub fn extend_chunks(&mut self, chunks: &[[u8; CHUNK_BYTES]], length: usize) {
        debug_assert!(chunks.as_flattened()[length..].iter().all(|byte| *byte == 0));
        let start = self.length;
        match chunks {
            // Most parts of most messages.
            [chunk] if start + CHUNK_BYTES <= BLOCK_BYTES => {
                assert!(length <= CHUNK_BYTES, "a chunk has no more bytes");
                self.first_block()[start..start + CHUNK_BYTES].copy_from_slice(chunk);
            }
            _ => self.extend_many(chunks, length),
        }
        self.length = start + length;
    }

    /// Writes any chunks at the message's end.
    fn extend_many(&mut self, chunks: &[[u8; CHUNK_BYTES]], length: usize) {
        let bytes = CHUNK_BYTES * chunks.len();
        assert!(length <= bytes, "the chunks have no more bytes");
        let (start, end) = (self.length, self.length + bytes);
        self.list.grow_to(self.start + end.div_ceil(BLOCK_BYTES));
        let (places, _) = self.bytes()[start..end].as_chunks_mut::<CHUNK_BYTES>();
        places.iter_mut().zip(chunks).for_each(|(place, chunk)| *place = *chunk);
    }

    /// Ends the message with the padding of SHA-256 (FIPS 180-4, 5.1.1) and appends it to the list.
    ///
    /// # Panics
    /// If the messages of the list fill 2^32 blocks or more, which are 256 GiB.
    #[inline]
    pub fn finish(self) {
        // The key's block comes before the message.
        self.finish_after(BLOCK_BYTES);
    }

    /// [`Message::finish`], with so many bytes before the message.
    #[inline]
    pub(crate) fn finish_after(mut self, before: usize) {
        let blocks = (self.length + LEAST_PADDING).div_ceil(BLOCK_BYTES);
        let end = self.start + blocks;
        self.list.grow_to(end);
        let bits = 8 * (before + self.length) as u64;
        let length = self.length;
        let bytes = self.bytes();
        bytes[length] = 0x80;
        let padded = blocks * BLOCK_BYTES;
        bytes[padded - LENGTH_BYTES..padded].copy_from_slice(&bits.to_be_bytes());
        let place = u32::try_from(self.list.len()).expect("a message has a block at least");
        self.list.ends.push(u32::try_from(end).expect("the messages fill less than 2^32 blocks"));
        self.list.places[blocks.min(3) - 1].push(place);
    }

    /// The message's first block, written or not.
    #[inline]
    fn first_block(&mut self) -> &mut Block {
        &mut self.list.blocks[self.start]
    }

    /// The bytes of the message's blocks, written or not.
    #[inline]
    fn bytes(&mut self) -> &mut [u8] {
        self.list.blocks[self.start..].as_flattened_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All bytes of the list's memory, in use or not.
    fn memory(blocks: &mut Vec<Block>) -> Vec<u8> {
        blocks.clear();
        // SAFETY: the caller has filled all memory of the list.
        let bytes = |block: &std::mem::MaybeUninit<Block>| unsafe { block.assume_init_read() };
        blocks.spare_capacity_mut().iter().flat_map(bytes).collect()
    }

    #[test]
    fn wiping_reaches_what_is_in_use_and_what_no_longer_is() {
        let mut blocks = vec![[0xa5; BLOCK_BYTES]; 10];
        blocks.resize(blocks.capacity(), [0xa5; BLOCK_BYTES]);
        assert!(memory(&mut blocks).iter().all(|byte| *byte == 0xa5));
        blocks.resize(4, [0xa5; BLOCK_BYTES]);
        wipe(&mut blocks);
        assert_eq!(memory(&mut blocks), vec![0; BLOCK_BYTES * blocks.capacity()]);
    }

    #[test]
    fn a_message_is_padded_as_fips_180_4_says() {
        let mut list = Messages::new();
        list.push(b"abc");
        let [block] = list.blocks_of(0) else { panic!("one block") };
        assert_eq!(block[..4], *b"abc\x80");
        assert!(block[4..62].iter().all(|byte| *byte == 0));
        assert_eq!(block[62..], u16::to_be_bytes(8 * (64 + 3)));
        for (length, blocks) in [(0, 1), (55, 1), (56, 2), (64, 2), (119, 2), (120, 3)] {
            list.clear();
            list.push(&vec![1; length]);
            assert_eq!(list.blocks_of(0).len(), blocks, "{length}");
        }
    }

    #[test]
    fn messages_of_fewer_blocks_come_first() {
        let mut list = Messages::new();
        [300, 10, 500, 60, 20, 130, 70].into_iter().for_each(|length| list.push(&vec![1; length]));
        assert_eq!(list.by_blocks()[..5], [1, 4, 3, 6, 5]);
        assert_eq!(list.by_blocks()[5..], [0, 2]);
    }
}
