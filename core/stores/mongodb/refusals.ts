/**
 * What becomes of what a MongoDB server refuses, by its error code. What a server refuses is no fault of a document:
 * it is waited out, and told, unless the same command can never be taken. A code that is not here is waited out.
 *
 * Source: the server's list of error codes (src/mongo/base/error_codes.yml, as of 8.2), by number and name.
 */

export type Refusal =
  /** The same attempt can succeed a moment later. */
  | 'again'
  /** Nothing can be done but to wait, and to tell. */
  | 'waits'
  /** As `waits`: somebody has to give this user his rights. */
  | 'denied'
  /** As `waits`: somebody has to make room. */
  | 'full'
  /** The command is wrong, or too large, and will be: of this program, or of what it was given. */
  | 'ours';

/** No connection between servers or to them, no primary, or somebody else was first. */
const again = `
  6 HostUnreachable, 7 HostNotFound, 24 LockTimeout, 46 LockBusy, 83 RemoteResultsUnavailable, 89 NetworkTimeout,
  90 CallbackCanceled, 91 ShutdownInProgress, 107 LockFailed, 112 WriteConflict, 117 ConflictingOperationInProgress,
  133 FailedToSatisfyReadPreference, 134 ReadConcernMajorityNotAvailableYet, 135 StaleTerm, 145 PooledConnectionsDropped,
  149 NoConfigPrimary, 150 StaleEpoch, 172 TransportSessionClosed, 189 PrimarySteppedDown,
  202 NetworkInterfaceExceededTimeLimit, 206 NoSuchSession, 216 ElectionInProgress, 225 TransactionTooOld,
  230 DNSHostNotFound, 239 SnapshotTooOld, 246 SnapshotUnavailable, 249 StaleDbVersion, 250 StaleChunkHistory,
  251 NoSuchTransaction, 262 ExceededTimeLimit, 267 PreparedTransactionInProgress, 272 MigrationConflict,
  279 ClientDisconnect, 281 TransactionCoordinatorSteppingDown, 282 TransactionCoordinatorReachedAbortDecision,
  290 TransactionExceededLifetimeLimitSeconds, 303 SplitHorizonChange, 317 ConnectionPoolExpired,
  342 ReshardingCriticalSectionTimeout, 343 ShardCannotRefreshDueToLocksHeld, 355 InterruptedDueToStorageChange,
  356 TxnRetryCounterTooOld, 358 InternalTransactionNotSupported, 363 RetryableTransactionInProgress,
  365 TemporarilyUnavailable, 372 CloseConnectionForShutdownCommand, 384 ConnectionError,
  406 MigrationBlockingOperationCoordinatorCleaningUp, 407 PooledConnectionAcquisitionExceededTimeLimit,
  412 UpdatesStillPending, 413 TransactionParticipantFailedUnyield, 453 InterruptedDueToReshardingCriticalSection,
  9001 SocketException, 10058 LegacyNotPrimary, 10107 NotWritablePrimary, 11600 InterruptedAtShutdown,
  11602 InterruptedDueToReplStateChange, 13388 StaleConfig, 13435 NotPrimaryNoSecondaryOk, 13436 NotPrimaryOrSecondary,
  50915 BackupCursorOpenConflictWithCheckpoint, 91331 RetriableRemoteCommandFailure, 10045600 InterruptedDueToFCVChange`;

const denied = `
  11 UserNotFound, 13 Unauthorized, 18 AuthenticationFailed, 31 RoleNotFound, 33 PrivilegeNotFound,
  69 AuthSchemaIncompatible, 80 RoleDataInconsistent, 140 InvalidSSLConfiguration, 141 SSLHandshakeFailed,
  214 AuthenticationRestrictionUnmet, 299 OCSPCertificateStatusRevoked, 302 OCSPCertificateStatusUnknown,
  334 MechanismUnavailable, 337 AuthenticationAbandoned, 371 UserWritesBlocked, 391 ReauthenticationRequired,
  392 InvalidJWT, 404 LDAPRoleAcquisitionError, 8000 AtlasError`;

const full = '14031 OutOfDiskSpace, 264 TooManyFilesOpen, 402 ResourceExhausted';

const ours = `
  2 BadValue, 4 NoSuchKey, 5 GraphContainsCycle, 9 FailedToParse, 10 CannotMutateObject, 12 UnsupportedFormat,
  14 TypeMismatch, 15 Overflow, 16 InvalidLength, 17 ProtocolError, 19 CannotReuseObject, 21 EmptyArrayOperation,
  22 InvalidBSON, 28 PathNotViable, 29 NonExistentPath, 30 InvalidPath, 34 CannotBackfillArray,
  40 ConflictingUpdateOperators, 47 NoMatchingDocument, 52 DollarPrefixedFieldName, 53 InvalidIdField,
  54 NotSingleValueField, 55 InvalidDBRef, 56 EmptyFieldName, 57 DottedFieldName, 61 ShardKeyNotFound,
  65 MultipleErrorsOccurred, 66 ImmutableField, 72 InvalidOptions, 73 InvalidNamespace, 81 NoMatchParseContext,
  97 NoProjectionFound, 111 NotExactValueField, 116 DocTooLargeForCapped, 121 DocumentValidationFailure,
  151 OperationCannotBeBatched, 159 DurationOverflow, 165 ViewDepthLimitExceeded, 168 InvalidPipelineOperator,
  171 CannotIndexParallelArrays, 195 ViewPipelineMaxSizeExceeded, 201 CannotBuildIndexKeys, 223 IllegalOpMsgFlag,
  224 QueryFeatureNotAllowed, 232 MaxSubPipelineDepthExceeded, 233 TooManyDocumentSequences, 241 ConversionFailure,
  257 TransactionTooLarge, 263 OperationNotSupportedInTransaction, 288 ChecksumMismatch, 357 InvalidBSONType,
  378 NonConformantBSON, 388 TransactionTooLargeForCache, 395 TruncatedSerialization, 10334 BSONObjectTooLarge,
  11000 DuplicateKey, 17280 KeyTooLong, 17419 ResultingDocumentTooLarge, 17420 UpsertedDocumentTooLarge,
  40413 IDLDuplicateField, 40414 IDLFailedToParse, 40415 IDLUnknownField`;

/** Those that a client of a replica set or of a cluster can meet; all others of the list wait as well. */
const waits = `
  1 InternalError, 8 UnknownError, 20 IllegalOperation, 26 NamespaceNotFound, 27 IndexNotFound, 36 RemoteChangeDetected,
  37 FileRenameFailed, 38 FileNotOpen, 39 FileStreamFailed, 41 FileAlreadyOpen, 42 LogWriteFailed, 43 CursorNotFound,
  48 NamespaceExists, 50 MaxTimeMSExpired, 51 ManualInterventionRequired, 59 CommandNotFound, 64 WriteConcernTimeout,
  67 CannotCreateIndex, 68 IndexAlreadyExists, 70 ShardNotFound, 71 ReplicaSetNotFound, 74 NodeNotFound,
  76 NoReplicationEnabled, 77 OperationIncomplete, 79 UnknownReplWriteConcern, 82 NoProgressMade,
  85 IndexOptionsConflict, 86 IndexKeySpecsConflict, 93 InvalidReplicaSetConfig, 94 NotYetInitialized, 95 NotSecondary,
  96 OperationFailed, 100 UnsatisfiableWriteConcern, 101 OutdatedClient, 106 DistributedClockSkewed,
  115 CommandNotSupported, 123 NotAReplicaSet, 125 CommandFailed, 136 CappedPositionLost, 143 CursorInUse,
  146 ExceededMemoryLimit, 148 ReadConcernMajorityNotEnabled, 158 MustUpgrade, 160 MaxStalenessOutOfRange,
  175 QueryPlanKilled, 176 FileOpenFailed, 187 LinearizableReadConcernError, 188 IncompatibleServerVersion,
  192 FailPointEnabled, 199 ReplicaSetMonitorRemoved, 203 ShardingStateNotInitialized, 204 TimeProofMismatch,
  205 ClusterTimeFailsRateLimiter, 208 TooManyLocks, 209 StaleClusterTime, 210 CannotVerifyAndSignLogicalTime,
  211 KeyNotFound, 213 DuplicateSession, 215 DatabaseDropPending, 217 IncompleteTransactionHistory,
  218 UpdateOperationFailed, 221 IndexModified, 226 AtomicityFailure, 228 SessionTransferIncomplete, 231 DNSProtocolError,
  235 InternalErrorNotSupported, 237 CursorKilled, 238 NotImplemented, 242 CannotCreateCollection, 245 BrokenPromise,
  256 TransactionCommitted, 261 TooManyLogicalSessions, 269 DataModifiedByRepair, 270 RepairedReplicaSetNode,
  276 IndexBuildAborted, 278 UnsatisfiableCommitQuorum, 285 IndexBuildAlreadyInProgress, 291 NoQueryExecutionPlans,
  292 QueryExceededMemoryLimitNoDiskUseAllowed, 301 DataCorruptionDetected, 308 CurrentConfigNotCommittedYet,
  314 ObjectIsBusy, 319 MovePrimaryInProgress, 322 APIVersionError, 323 APIStrictError, 324 APIDeprecationError,
  338 ReshardCollectionInProgress, 347 APIMismatchError, 354 LoadBalancerSupportMismatch, 361 CollectionUUIDMismatch,
  385 ConflictingServerlessOperation, 411 QueryRejectedBySettings, 414 AddOrRemoveShardInProgress,
  433 AdmissionQueueOverflow, 449 RateLimitExceeded, 450 PooledConnectionAcquisitionRejected,
  462 IngressRequestRateLimitExceeded, 11601 Interrupted, 12586 BackgroundOperationInProgressForDatabase,
  12587 BackgroundOperationInProgressForNamespace, 13297 DatabaseDifferCase, 46841 ClientMarkedKilled,
  50768 NotARetryableWriteCommand, 56846 ConfigServerUnreachable`;

const lists: Readonly<Record<Refusal, string>> = { again, waits, denied, full, ours };

const refusals: ReadonlyMap<number, Refusal> = new Map(
  Object.entries(lists).flatMap(([refusal, list]) =>
    [...list.matchAll(/(?<code>\d+) \w+/g)].map(
      ({ groups }) => [Number(groups!.code), refusal as Refusal] as const,
    ),
  ),
);

export const refusalOfCode = (code: number): Refusal => refusals.get(code) ?? 'waits';
