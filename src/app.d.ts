declare global {
  namespace App {
    interface Error {
      message: string;
      /** Found again in the console. */
      code?: string;
    }
  }
}

export {};
