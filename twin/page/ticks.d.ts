export declare const timeTicks: (toSeconds: number, width: number) => readonly number[];
export declare const countTicks: (most: number) => readonly number[];
