/** EC2 refuses a call: thrown by the twin's world, answered as an error document by its face. */
export class Ec2Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Ec2Refusal';
    this.code = code;
    this.status = status;
  }
}
