/** What an object store says when it does not do what it was asked, as one of our errors. */
import { type Code, StockbusError } from '../../core/errors.ts';

export interface S3Refusal {
  status: number;
  /** As the answer names it: NoSuchBucket, SlowDown; '' where it does not. */
  code: string;
  message: string;
}

const DENIED =
  /^(AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|AccountProblem|AllAccessDisabled|InvalidSecurity|UnauthorizedAccess|Unauthorized|NotSignedUp|MissingSecurityHeader)$/;
const ELSEWHERE =
  /^(NoSuchBucket|PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|InvalidBucketName|IllegalLocationConstraintException)$/;
/** Bad requests of today: the network spoiled them, or the store is busy. */
const PASSING =
  /^(RequestTimeout|IncompleteBody|BadDigest|XAmzContentSHA256Mismatch|OperationAborted|ConditionalRequestConflict|SlowDown|InternalError|ServiceUnavailable)$/;

/** The first words of an answer that is an error. */
export function saidBy(status: number, answer: string): S3Refusal {
  const part = (name: string): string =>
    new RegExp(`<${name}>([^<]{0,300})`).exec(answer)?.[1]?.trim() ?? '';
  return { status, code: part('Code'), message: part('Message') };
}

export function s3Fault(
  refusal: S3Refusal,
  asked: string,
  clock: { ours: string; theirs: string | undefined },
): StockbusError {
  const { status, code, message } = refusal;
  const said = [code, message].filter(Boolean).join(': ') || 'no reason';
  const about = `${asked}: ${status} ${said}`;
  if (code === 'RequestTimeTooSkewed') {
    const clocks = `ours says ${clock.ours}, theirs ${clock.theirs ?? 'nothing'}`;
    return new StockbusError('S3_CLOCK_SKEWED', `${about} (${clocks})`);
  }
  return new StockbusError(codeOf(refusal), about);
}

function codeOf({ status, code }: S3Refusal): Code {
  if (ELSEWHERE.test(code) || (status >= 300 && status < 400)) return 'S3_BUCKET_MISSING';
  if (PASSING.test(code)) return 'S3_FAILED';
  // An object that lies in an archive is said to be forbidden.
  if (code === 'InvalidObjectState') return 'S3_REFUSED';
  if (DENIED.test(code) || status === 401 || status === 403 || status === 407) return 'S3_DENIED';
  if (status === 408 || status === 409 || status === 425 || status === 429) return 'S3_FAILED';
  return status >= 400 && status < 500 ? 'S3_REFUSED' : 'S3_FAILED';
}
