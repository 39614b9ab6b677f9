export function shrinkwrapOf(folder: string): string;
export function billOf(folder: string): string;
