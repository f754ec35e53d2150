# The mock provider and nothing else. scripts/image builds the program and this.
FROM scratch
COPY countersign-idp /countersign-idp
USER 65532:65532
EXPOSE 9400 9401
ENTRYPOINT ["/countersign-idp"]
CMD ["idp", "--addr", "0.0.0.0:9400", "--control", "0.0.0.0:9401"]
