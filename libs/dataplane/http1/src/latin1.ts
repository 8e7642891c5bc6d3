/** Node's own method behind `toString('latin1')`: without looking at the encoding's name, which counts at one call per message. */
interface Latin1Sliceable {
  latin1Slice(start: number, end: number): string;
}

/** The bytes `buffer[start..end)` as a string, one character per byte. */
export function latin1(buffer: Buffer, start: number, end: number): string {
  return (buffer as unknown as Latin1Sliceable).latin1Slice(start, end);
}
