export interface SftpConfig {
  host: string;
  port: number;
  user: string;
  password: string | undefined;
  privateKey: string | undefined;
  passphrase: string | undefined;
  hostKey: string | string[];
  path: string;
  timeout: number;
}
