export declare const clock: (seconds: number) => string;
export declare const duration: (seconds: number) => string;
export declare const amount: (value: number) => string;
export declare const shortAmount: (value: number) => string;
export declare const percent: (part: number, whole: number) => string;
export declare const money: (dollars: number) => string;
export declare const timeOf: (at: number, now: number) => string;
export declare const age: (seconds: number) => string;
