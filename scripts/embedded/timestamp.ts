/** A time in a reply: seconds since 1970 in JSON, a tagged number in CBOR, ISO 8601 in XML. */
export class Timestamp {
  constructor(readonly seconds: number) {}

  toJSON(): number {
    return this.seconds;
  }
}
