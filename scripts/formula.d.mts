/** The formula's files, below `saltflat/files`, and where each comes from. */
export declare const FILES: Readonly<Record<string, string>>;
